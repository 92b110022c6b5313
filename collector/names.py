"""Names people gave to files, made safe to show and to send, without losing the Chinese in them.

The name is only ever shown: on disk a file has our own id.  (`secure_filename` turns
「附件1（城关镇卫生院）.xlsx」 into `1.xlsx`, so it is not used.)
"""
from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)$", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*;%]')
_BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def display_name(raw: str, longest: int = 120) -> str:
    """The last part of a client's path as NFC text, without controls, bidi overrides and lone surrogates.

    At most `longest` characters, the extension kept; never empty (「未命名文件」).
    """
    last = raw.replace("\\", "/").rstrip("/").rpartition("/")[2] if raw.strip("/\\") else ""
    text = unicodedata.normalize("NFC", "".join(c for c in last if _shown(c)))
    text = re.sub(r"\s+", " ", text).strip()
    if len(text) > longest:
        stem, dot, ext = text.rpartition(".")
        text = stem[: longest - len(ext) - 2] + "…" + dot + ext if dot and len(ext) <= 10 else text[:longest]
    return text if text.strip(". ") else "未命名文件"


def download_name(raw: str, longest: int = 120) -> str:
    """A name that every file system takes (Windows devices, reserved characters, dots at the end)."""
    text = _FORBIDDEN.sub("_", display_name(raw, longest)).strip(" ") or "未命名文件"
    text = text.rstrip(". ").lstrip(".") or "未命名文件"
    stem, dot, ext = text.partition(".")
    return f"_{stem}{dot}{ext}" if _DEVICES.match(stem.strip()) else text


def disposition(raw: str) -> str:
    """A `Content-Disposition` header value that is valid whatever the name was (RFC 6266, RFC 8187)."""
    name = download_name(raw)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().replace('"', "") or "file"
    if plain.startswith("."):
        plain = "file" + plain
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def zip_name(raw: bytes, utf8_flag: bool) -> str:
    """A zip member's name: strict UTF-8 first (flagged or not: macOS sets no flag), then GB18030.

    Raises UnicodeDecodeError when it is neither, or is not UTF-8 although the flag says so.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        if utf8_flag:
            raise
        text = raw.decode("gb18030")
    return unicodedata.normalize("NFC", text)


def is_junk(path: str) -> bool:
    """Files that systems and office programs leave behind in a zip."""
    parts = path.split("/")
    last = parts[-1]
    return ("__MACOSX" in parts or last.startswith(("~$", "._", ".~")) or last.endswith((".tmp", ".TMP"))
            or last.casefold() in {"thumbs.db", ".ds_store", "desktop.ini"})


def _shown(c: str) -> bool:
    return c not in _BIDI and unicodedata.category(c) not in {"Cc", "Zl", "Zp", "Cs", "Co", "Cn"}
