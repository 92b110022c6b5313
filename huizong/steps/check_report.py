"""What the check of the papers tells the clerk: whether all is well, else what is to do in which paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from huizong.steps.dress import Dressed
from merger.vetting import Flaw

CHECKS = "文稿检查报告.txt"
EXPLAINED = (
    "说明：内容和保密（D-01 至 D-11）核对的是：数与数据快照一致；没有证件号码、个人姓名和电话；",
    "单位用全称，每个单位恰好出现一次；日期、发文字号写法规范；报告不夹带请示；签发前有水印。",
    "版式按 GB/T 9704-2012，从写出的文件上量得。",
)


@dataclass(frozen=True)
class Checked:
    """A paper measured against GB/T 9704-2012 and vetted by D-01…D-11."""

    path: str
    done: Dressed
    flaws: tuple[Flaw, ...]

    @property
    def kept_back(self) -> bool:
        """Something in it must not leave the bureau: the paper was not written."""
        return any(each.leak for each in self.flaws)


def told(snapshot: str, papers: Sequence[Checked]) -> Iterable[str]:
    """The check report: first whether all is well, then paper by paper."""
    yield from (f"文稿检查报告　数据快照 {snapshot}", "", *summary(papers), "")
    if not papers:
        yield "没有需要写的文稿。"
    for nth, paper in enumerate(papers, 1):
        state = "未写出，请先处理" if paper.kept_back else "已写出"
        content = f"内容和保密{len(paper.flaws)}处不符" if paper.flaws else "内容和保密符合"
        form = f"版式{len(paper.done.faults)}处不符" if paper.done.faults else f"版式{paper.done.held}项符合"
        yield f"{nth}. {paper.path}　{state}，{paper.done.pages}页，{content}，{form}"
        yield from (f"   · 内容：{_said(each)}" for each in paper.flaws)
        yield from (f"   · 版式：{each}" for each in paper.done.faults)
    yield ""
    yield from EXPLAINED


def summary(papers: Sequence[Checked]) -> tuple[str, ...]:
    """The lines a person reads first: what is wrong, and which fonts stand in for the standard's."""
    fonts = sorted({font for each in papers for font in each.done.fonts})
    return (*_wrong(papers), *_fonts(fonts), _counts(papers))


def _wrong(papers: Sequence[Checked]) -> Iterator[str]:
    for paper in papers:
        yield from (f"{paper.path}　内容不符：{_said(each)}" for each in paper.flaws if not each.leak)
        yield from (f"{paper.path}　版式不符：{each}" for each in paper.done.faults)


def _said(flaw: Flaw) -> str:
    return f"“{flaw.excerpt}”{flaw.message}（{flaw.rule}）"


def _fonts(fonts: Sequence[str]) -> Iterator[str]:
    if fonts:
        yield f"PDF 中的字体替代：{'、'.join(fonts)}（Word 文件写的是标准字体名）。"


def _counts(papers: Sequence[Checked]) -> str:
    flaws = sum(len(each.flaws) for each in papers)
    faults = sum(len(each.done.faults) for each in papers)
    held = sum(each.done.held for each in papers)
    back = sum(each.kept_back for each in papers)
    kept = f"，其中{back}份因泄密未写出" if back else ""
    return (
        f"文稿检查：{len(papers)}份{kept}，内容和保密{flaws}处不符，版式量了{held + faults}项、{faults}处不符"
        f"（详见 {CHECKS}）。"
    )
