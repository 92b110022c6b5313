"""Which open faces stand in for the standard's where those are missing, told to fontconfig.

`python -m templates.aliases` prints the configuration; set-up puts it where fontconfig looks. LibreOffice
then sets a docx of ours in the faces of the PDF and breaks lines where the PDF does. A real face comes first.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from templates.measures import Font, measures

_RULE = """<match target="pattern">
  <test name="family"><string>{word}</string></test>
  <edit name="family" mode="append" binding="strong">{families}</edit>{weight}
</match>
"""
_BOLD = """
  <edit name="weight" mode="assign"><const>bold</const></edit>"""
BOLD = 700


def fontconfig() -> str:
    """A fontconfig file: every face of docx/gbt9704.yaml by all its names, and what stands in for it."""
    fonts = measures().fonts.values()
    rules = "".join(_rule(word, font) for font in fonts for word in (font.word, *font.alt))
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n'
        f"<fontconfig>\n{rules}</fontconfig>\n"
    )


def _rule(word: str, font: Font) -> str:
    families = "".join(f"<string>{escape(family)}</string>" for family in font.open)
    return _RULE.format(word=escape(word), families=families, weight=_BOLD if font.weight >= BOLD else "")


if __name__ == "__main__":
    print(fontconfig(), end="")
