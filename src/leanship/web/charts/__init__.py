"""Charts as pure functions from plain data to SVG text. They import no Django, so the command line draws too.

Every text is escaped; colours come from classes, so that the page's theme applies. `standalone=True` puts the
style sheet into the file, with colours resolved, for viewers that know no custom properties.
"""
