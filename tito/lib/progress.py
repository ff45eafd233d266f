"""Progress where tqdm is not installed."""

import time
from typing import Any, TextIO

__all__ = ["PlainProgress", "length_of"]


class PlainProgress:
    """Progress without tqdm: a line that is rewritten in a terminal, or one line at the end."""

    def __init__(self, total: int | None, desc: str, file: TextIO | None = None) -> None:
        self.total, self.desc, self.file = total, desc, file
        self.count, self.text, self.shown = 0, "", 0.0

    def update(self, n: int = 1) -> None:
        self.count += n
        now = time.monotonic()
        if self.file is not None and self.file.isatty() and now - self.shown > 0.1:
            self.shown = now
            self.file.write(f"\r{self}")
            self.file.flush()

    def set_postfix_str(self, text: str, refresh: bool = True) -> None:
        self.text = text

    def close(self) -> None:
        if self.file is not None:
            self.file.write(f"\r{self}\n" if self.file.isatty() else f"{self}\n")
            self.file.flush()

    def __str__(self) -> str:
        return f"{self.desc} [{self.count}/{self.total or '?'}] {self.text}"


def length_of(loader: Any) -> int | None:
    """How many batches a loader has, where it knows."""
    try:
        return len(loader)
    except TypeError:
        return None
