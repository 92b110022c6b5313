"""What a paper says, part by part, as its files print it: texts, rows, numbers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from templates import Document, Heading, Paragraph, Remark, Table

NUMBER = re.compile(r"\d+(?:\.\d+)?")
PAGE_NUMBER = re.compile(r"—\s*\d+\s*—")


def numbers(texts: Iterable[str]) -> list[str]:
    return [hit for text in texts for hit in NUMBER.findall(text)]


def texts(document: Document) -> list[str]:
    """Every text of a composed document as the files print it."""
    several = len(document.attachments) > 1
    found = [
        *document.bodies,
        document.mark or "",
        document.number or "",
        *document.title,
        document.to or "",
        document.note or "",
        *(line.text for line in document.corner),
        *(f"{who.label}：{who.names}" for who in document.attendance),
    ]
    for at, item in enumerate(document.attachments, 1):
        found += [f"{at}.{item.title}" if several else item.title]
        if item.blocks:
            found += [f"附件{at}" if several else "附件", item.title]
    for block in (*document.blocks, *(block for item in document.attachments for block in item.blocks)):
        if isinstance(block, Heading):
            found.append(block.number + block.text + "".join(run.text for run in block.run_in))
        elif isinstance(block, Paragraph | Remark):
            found.append("".join(run.text for run in block.runs))
        elif isinstance(block, Table):
            found += [
                block.caption,
                *block.above,
                *(cell.text for row in (*block.header, *block.rows) for cell in row),
                *block.below,
            ]
        else:
            found.append(block.caption)
    if document.signature is not None:
        found += [*(document.signature.positions or document.signature.names), document.signature.date]
    if document.imprint is not None:
        imprint = document.imprint
        found += [*imprint.main, *imprint.copies, imprint.office or "", imprint.printed or ""]
    return found


def stretches(document: Document) -> Iterator[str]:
    """The texts and table rows of a document with their blanks left out, as a PDF prints them in one go."""
    for block in (*document.blocks, *(block for item in document.attachments for block in item.blocks)):
        if isinstance(block, Table):
            for row in block.rows:
                yield "".join("".join(cell.text.split()) for cell in row)
            yield from ("".join(text.split()) for text in block.below)
        elif isinstance(block, Heading):
            yield "".join((block.number + block.text + "".join(run.text for run in block.run_in)).split())
        elif isinstance(block, Paragraph | Remark):
            yield "".join("".join(run.text for run in block.runs).split())


def printed_words(pdf: str, marks: Collection[str]) -> str:
    """What a PDF prints without blanks, page numbers and draft marks: a text runs on over pages and lines."""
    lines = (line for line in pdf.split("\n") if not PAGE_NUMBER.fullmatch(line.strip()))
    return "".join("".join(line.split()) for line in lines if line.strip() not in marks)
