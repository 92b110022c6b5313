"""Refusals: every reason why bytes are not taken, as a code for ever and a sentence for the clerk.

A refusal is a value, never an exception at the edge.  Wording may improve; codes stay (they are recorded
in the ledger).  Source of the list: threats and limits of the project's security notes, OWASP ASVS 5.2.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_RESAVE: Final = "请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。"
_RESEND: Final = "请重新导出或另存后再上传。"

SAYS: Final[dict[str, str]] = {
    # size and type
    "empty": "文件“{name}”是空的（0 字节）。请检查后重新上传。",
    "too_big": "文件“{name}”有 {size}，超过 {limit} 的上限。请删去多余内容、压缩图片或拆分后再上传。",
    "type_unknown": "无法识别文件“{name}”的类型。请上传 .xlsx、.docx、.pdf、.jpg 或 .png 文件。",
    "type_csv": f"文件“{{name}}”是文本（CSV）文件，容易丢失前导零和长数字。{_RESAVE}",
    "type_html": f"文件“{{name}}”其实是网页（HTML）文件。{_RESAVE}",
    "type_xml2003": f"文件“{{name}}”是 2003 版 XML 表格或文档。{_RESAVE}",
    "type_et": f"文件“{{name}}”是 WPS 专用表格（.et）。{_RESAVE}",
    "type_wps": "文件“{name}”是 WPS 专用文档（.wps）。请用 WPS 打开后另存为 .docx 再上传。",
    "type_doc": "文件“{name}”是旧版 Word 文档（.doc）。请打开后另存为 .docx 再上传。",
    "type_xlsb": f"文件“{{name}}”是二进制工作簿（.xlsb）。{_RESAVE}",
    "type_odt": "文件“{name}”是 ODF 文字文档。请打开后另存为 .docx 再上传。",
    "type_ppt": "文件“{name}”是演示文稿，不是要求的材料。请上传 .xlsx、.docx、.pdf 或图片。",
    "type_rar": "文件“{name}”是 RAR 或 7z 压缩包。请改用 .zip 格式压缩，或直接上传其中的文件。",
    "type_msg": "文件“{name}”不是要求的材料类型。请上传 .xlsx、.docx、.pdf 或图片。",
    # protection and damage
    "encrypted": "文件“{name}”设置了打开密码，系统无法读取。请去掉打开密码后重新上传。",
    "zip_encrypted": "压缩包“{name}”设置了密码。请去掉打开密码后重新上传。",
    "damaged": f"文件“{{name}}”已损坏或不完整（{{where}}）。{_RESEND}",
    "zip_structure": f"文件“{{name}}”的压缩结构不正常（{{where}}）。{_RESEND}",
    "zip_duplicate": f"文件“{{name}}”内有重名的部分（{{where}}），内容有歧义。{_RESEND}",
    "zip_path": f"文件“{{name}}”内有不允许的路径（{{where}}）。{_RESEND}",
    "zip_method": "文件“{name}”用了不支持的压缩方法（{where}）。请用普通 ZIP 方式重新压缩。",
    "bomb": "文件“{name}”解开后过大（{where}），超过系统上限。请删去多余内容后再上传。",
    "nested_pack": "压缩包“{name}”里还有压缩包（{where}）。请解开后把文件直接放进一个压缩包再上传。",
    "pack_empty": "压缩包“{name}”里没有可收的文件。请检查后重新压缩上传。",
    # XML
    "xml_dtd": f"文件“{{name}}”的 {{where}} 含有 DTD/实体声明，不安全。{_RESEND}",
    "xml_bad": f"文件“{{name}}”的 {{where}} 不是完好的 XML。{_RESEND}",
    "xml_encoding": f"文件“{{name}}”的 {{where}} 不是 UTF-8 编码。{_RESEND}",
    "xml_limits": f"文件“{{name}}”的 {{where}} 结构过深或过大。{_RESEND}",
    # active and remote content
    "macro": "文件“{name}”含有宏（{where}），系统不接收。请另存为不含宏的 .xlsx 或 .docx 后再上传。",
    "active": "文件“{name}”含有控件或嵌入对象（{where}）。请删除该对象后另存再上传。",
    "dde": "文件“{name}”含有 DDE 动态链接（{where}）。请删除该链接，把结果粘贴为数值后再上传。",
    "remote": "文件“{name}”引用了外部网络内容（{where}）。请删除该引用后另存再上传。",
    "links": "文件“{name}”的 {where} 有指向文件外部的路径。请另存后再上传。",
    # workbook and document consistency
    "sheet_missing": f"文件“{{name}}”缺少工作表内容（{{where}}）。{_RESEND}",
    "string_missing": f"文件“{{name}}”的单元格 {{where}} 指向不存在的文字。{_RESEND}",
    "cell_outside": f"文件“{{name}}”的单元格地址 {{where}} 不在表格范围内。{_RESEND}",
    "too_many_sheets": "文件“{name}”的工作表超过 {limit} 张。请只保留需要填报的工作表。",
    "too_many_rows": "文件“{name}”的“{where}”行数超过 {limit}。请删除下方多余的空行或格式后再上传。",
    "too_many_columns": "文件“{name}”的“{where}”列数超过 {limit}。请删除右侧多余内容后再上传。",
    "too_many_cells": "文件“{name}”的单元格超过 {limit} 个（{where}）。请删除多余内容后再上传。",
    "too_many_merges": "文件“{name}”的“{where}”合并单元格或链接范围过大。请取消多余的合并后再上传。",
    "cell_too_long": "文件“{name}”的单元格 {where} 超过 {limit} 个字。请缩短后再上传。",
    "too_many_paragraphs": "文件“{name}”的段落过多（超过 {limit}）。请删除多余内容后再上传。",
    # pdf and pictures
    "pdf_active": "文件“{name}”含有脚本、附件或表单程序（{where}）。请用“打印为 PDF”重新生成后再上传。",
    "pdf_pages": "文件“{name}”超过 {limit} 页。请拆分后再上传。",
    "picture_size": "文件“{name}”的图片像素或页面尺寸过大（{where}）。请以 200–300 dpi 重新扫描后再上传。",
    # the child process
    "unreadable_within_limits": "文件“{name}”过于复杂，系统在限定的时间和内存内无法读取。"
                                "请删去多余内容、另存后再上传。",
    "unreadable": f"文件“{{name}}”无法读取。{_RESEND}",
}

NOTES: Final[dict[str, str]] = {
    "external_link": "文件引用了其他工作簿（{where}）；系统只取已保存的结果，不更新链接。",
    "web_formula": "公式 {where} 会访问网络；系统只取已保存的结果。",
    "local_template": "文档引用了本机模板（{where}）；系统不会打开它。",
    "extension": "文件扩展名是“{where}”，实际类型是 {kind}；已按实际类型处理。",
    "uncached": "工作表“{where}”有公式没有保存计算结果，请在 Excel 中重新计算并保存。",
    "hidden_sheet": "工作表“{where}”是隐藏的。",
}


@dataclass(frozen=True)
class Refusal:
    """Why bytes were not taken: a stable `code` and one Chinese sentence with the remedy."""

    code: str
    message: str


@dataclass(frozen=True)
class Note:
    """Something odd about a file that was taken all the same."""

    code: str
    message: str


class Refused(Exception):
    """Carries a refusal up through nested parsers; never leaves the gate."""

    def __init__(self, code: str, where: str = "", **facts: object) -> None:
        super().__init__(code, where)
        self.code, self.facts = code, {"where": where, **facts}


def refusal(code: str, name: str, **facts: object) -> Refusal:
    """The refusal `code` about the file called `name`; KeyError if the code is not in the catalogue."""
    return Refusal(code, SAYS[code].format_map({"name": name, "where": "", "limit": "", "size": "", **facts}))


def note(code: str, **facts: object) -> Note:
    return Note(code, NOTES[code].format_map({"where": "", "kind": "", **facts}))


def in_megabytes(size: int) -> str:
    """3,000,000 → `2.9 MB`, as the sentences print sizes."""
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 100 else f"{size / 1024:.1f} KB"
