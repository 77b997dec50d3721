"""`ocr` of both clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Unpack

from llmkit.runtime.step import run

if TYPE_CHECKING:
    from llmkit.core import Core
    from llmkit.types.ocr import OcrOptions, OcrRequest, OcrResponse


class OcrFace:
    """What the sync client has for document reading."""

    _core: Core

    def ocr(self, model: str | Sequence[str] | OcrRequest, document: Any = None, /, **options: Unpack[OcrOptions]) -> OcrResponse:
        """Read `document`: a path, bytes, an address, or a part (`Document(file_id=...)` for a file of the provider).

        `reply.markdown` is the text; `reply.pages` has it page by page with tables, pictures and their places, the first page being 0.
        `kit.save(reply, folder)` writes the pictures. Raises `UnsupportedFeature` where the provider reads no documents.
        """
        from llmkit.operations.ocr import ocr  # only who reads documents pays for it

        return run(ocr(self._core, model, document, options))


class AsyncOcrFace:
    """What the asyncio client has for document reading."""

    _core: Core

    async def ocr(self, model: str | Sequence[str] | OcrRequest, document: Any = None, /, **options: Unpack[OcrOptions]) -> OcrResponse:
        """Read `document`. See `LLMKit.ocr`."""
        from llmkit.operations.ocr import ocr

        return await ocr(self._core, model, document, options)
