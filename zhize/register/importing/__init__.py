"""Importers (导入): an office's own table becomes one instrument's draft, and the draft, once accepted, one act.

From the street to the ground: commands (draft, accept, discard) · queries · reading (the file, row by row) · kinds (what
each sort of table means) · layout and columns (where the header is, which column is what) · source, workbook, delimited
(bytes to lines) · terms.
"""
