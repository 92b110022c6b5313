"""MERGE: from accepted documents, as values, to the city workbook and the bureau's papers.

Pure: knows no ledger and no web.  The same inputs give the same bytes.
"""
