"""All operations beside conversations, as both clients have them: a mixin each."""

from __future__ import annotations

from llmkit.operations.batch_faces import AsyncBatchFace, BatchFace
from llmkit.operations.caches_faces import AsyncCachesFace, CachesFace
from llmkit.operations.classification_faces import AsyncClassificationFace, ClassificationFace
from llmkit.operations.embedding_faces import AsyncEmbeddingFace, EmbeddingFace
from llmkit.operations.files_faces import AsyncFilesFace, FilesFace
from llmkit.operations.image_faces import AsyncImageFace, ImageFace
from llmkit.operations.media_faces import AsyncMediaFace, MediaFace
from llmkit.operations.moderation_faces import AsyncModerationFace, ModerationFace
from llmkit.operations.ocr_faces import AsyncOcrFace, OcrFace
from llmkit.operations.rerank_faces import AsyncRerankFace, RerankFace
from llmkit.operations.search_faces import AsyncSearchFace, SearchFace
from llmkit.operations.speech_faces import AsyncSpeechFace, SpeechFace
from llmkit.operations.transcription_faces import AsyncTranscriptionFace, TranscriptionFace
from llmkit.operations.video_faces import AsyncVideoFace, VideoFace


class OperationsFace(
    BatchFace,
    CachesFace,
    ClassificationFace,
    EmbeddingFace,
    FilesFace,
    ImageFace,
    MediaFace,
    ModerationFace,
    OcrFace,
    RerankFace,
    SearchFace,
    SpeechFace,
    TranscriptionFace,
    VideoFace,
):
    """What the sync client does beside conversations."""


class AsyncOperationsFace(
    AsyncBatchFace,
    AsyncCachesFace,
    AsyncClassificationFace,
    AsyncEmbeddingFace,
    AsyncFilesFace,
    AsyncImageFace,
    AsyncMediaFace,
    AsyncModerationFace,
    AsyncOcrFace,
    AsyncRerankFace,
    AsyncSearchFace,
    AsyncSpeechFace,
    AsyncTranscriptionFace,
    AsyncVideoFace,
):
    """What the asyncio client does beside conversations."""
