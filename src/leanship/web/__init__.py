"""The shell that every page stands in: layout, navigation, lists, HTMX, charts, words. It knows no feature."""
