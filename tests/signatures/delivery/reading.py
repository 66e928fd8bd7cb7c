"""Reading made papers back, as a reader who copies text from them does."""

from __future__ import annotations

from pathlib import Path

import pypdfium2


def pages(pdf: bytes | Path) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(pdf)
    texts = []
    for page in document:
        text = page.get_textpage()
        texts.append(text.get_text_range().replace("\r\n", "\n"))
        text.close()
        page.close()
    document.close()
    return texts


def squeezed(text: str) -> str:
    """Without any white space: a line may break between two Khmer words, where there is none."""
    return "".join(text.split())


def paper(pdf: bytes | Path) -> str:
    """All of it, squeezed."""
    return squeezed("".join(pages(pdf)))
