"""What the chapters call: obtaining runs, figures, tables, captions."""

from stackrepro.report.chapter import Chapter, open_chapter

__all__ = ["Chapter", "open_chapter"]
