"""The gate's limits in one frozen value, with the evidence they rest on.

Measured over 1,431 real xlsx and docx packages: unpacked p99 4.2 MB, at most 60 MB; members p99 55, at
most 340; whole-file ratio at most 69.  So ordinary files stay an order of magnitude below every limit.
"""
from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, the rest in counts.  `ratio` (unpacked : packed) only bites beyond `ratio_from`."""

    office_size: int = 20 * MB
    pdf_size: int = 30 * MB
    picture_size: int = 30 * MB
    pack_size: int = 200 * MB
    unpacked: int = 200 * MB
    pack_unpacked: int = 600 * MB
    member: int = 100 * MB
    members: int = 2_000
    ratio: int = 250
    ratio_from: int = 20 * MB
    xml_depth: int = 200
    xml_attributes: int = 256
    xml_elements: int = 4_000_000
    cells: int = 1_000_000
    rows: int = 200_000
    columns: int = 512
    area: int = 10_000_000          # last used row × last used column: what a grid reader allocates
    sheets: int = 200
    merges: int = 60_000
    linked_area: int = 2_000_000
    cell_text: int = 32_767
    paragraphs: int = 100_000
    listed: int = 5_000             # addresses named per list of the probe; counts go on
    pdf_pages: int = 500
    pdf_objects: int = 300_000
    pixels: int = 120_000_000
    pdf_box: int = 14_400           # points, ISO 32000-1 Annex C
