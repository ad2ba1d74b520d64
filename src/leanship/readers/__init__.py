"""Bytes in, columns and located problems out; nothing here knows of Django or the database.

Every reader works alike: `tabular.read_table` turns a file into columns of cells, a reader of one kind of
file (`people`, `kpis`, `measurements`) turns those columns into meaning, and both put what is wrong, with row
and column, into one `problems.Problems`. Nothing raises for a bad file: all that is wrong is told at once.
"""
