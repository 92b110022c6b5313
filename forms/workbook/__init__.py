"""Workbooks of a form: issued (blank, compiled) and read back.

A sheet: row 1 the title; row 2 unit, head line, labelled cells; header rows; data; footnote; labelled cells.
Hidden sheets: `_meta` the signed stamp (name, value), `_prefill` what was pre-filled (table, values; see
`content.remembered`), `_codes` the code lists that are too long for a drop-down of Excel.
"""
