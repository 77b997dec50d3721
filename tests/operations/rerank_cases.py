"""What ranking looks like on the wire: for each format a request and its body, an answer and its reading."""

from __future__ import annotations

from typing import Any, NamedTuple

from llmkit.types.parts import Image, Text


class Case(NamedTuple):
    model: str
    path: str
    body: dict[str, Any]
    answer: Any
    scores: list[tuple[int, float]]
    options: dict[str, Any] = {}
    usage: int | None = None
    units: dict[str, float] = {}
    cost: str | None = None
    settings: dict[str, str] = {}
    documents: tuple[Any, ...] = ("a", "b", "c")


TEXTS = [{"text": "a"}, {"text": "b"}, {"text": "c"}]
BEST = [(2, 0.9), (0, 0.5)]
RESULTS = [{"index": 0, "relevance_score": 0.5}, {"index": 2, "relevance_score": 0.9}]
CASES: dict[str, Case] = {
    "cohere": Case(
        "cohere/rerank-v3.5",
        "/rerank",
        {"model": "rerank-v3.5", "query": "q", "documents": ["a", "b", "c"], "top_n": 2, "max_tokens_per_doc": 512},
        {"id": "r1", "results": RESULTS, "meta": {"billed_units": {"search_units": 2}}},
        BEST,
        {"top": 2, "tokens_per_document": 512},
        units={"query": 2.0},
        cost="0.0040",
    ),
    "cohere on Azure": Case(
        "azure-ai/cohere-rerank-v4.0-pro",
        "/providers/cohere/v2/rerank",
        {"model": "cohere-rerank-v4.0-pro", "query": "q", "documents": ["a", "b", "c"]},
        {"results": RESULTS},
        BEST,
        settings={"resource": "mine"},
    ),
    "jina": Case(
        "jina/jina-reranker-v3",
        "/v1/rerank",
        {"model": "jina-reranker-v3", "query": "q", "documents": ["a", "b", "c"], "return_documents": False, "top_n": 2},
        {"model": "jina-reranker-v3", "usage": {"total_tokens": 12}, "results": RESULTS},
        BEST,
        {"top": 2},
        usage=12,
    ),
    "jina, pictures": Case(
        "jina/jina-reranker-m0",
        "/v1/rerank",
        {
            "model": "jina-reranker-m0",
            "query": "q",
            "documents": [{"image": "eA=="}, {"image": "https://a.b/c.png"}, {"text": "c"}],
            "return_documents": False,
        },
        {"results": RESULTS},
        BEST,
        documents=(Image(data=b"x"), Image(url="https://a.b/c.png"), (Text(text="c"),)),
    ),
    "together, objects": Case(
        "together/mixedbread-ai/Mxbai-Rerank-Large-V2",
        "/rerank",
        {"model": "mixedbread-ai/Mxbai-Rerank-Large-V2", "query": "q", "documents": [{"title": "t", "text": "u"}, "b", "c"]},
        {"results": [{"index": 2, "relevance_score": 0.9, "document": {}}], "usage": {"prompt_tokens": 7}},
        [(2, 0.9)],
        usage=7,
        documents=({"title": "t", "text": "u"}, "b", "c"),
    ),
    "openrouter": Case(
        "openrouter/cohere/rerank-v3.5",
        "/rerank",
        {"model": "cohere/rerank-v3.5", "query": "q", "documents": ["a", "b", "c"]},
        {"model": "rerank-v3.5", "results": RESULTS, "usage": {"cost": 0.001, "search_units": 1}},
        BEST,
        units={"query": 1.0},
        cost="0.001",
    ),
    "fireworks, which calls them data": Case(
        "fireworks/qwen3-reranker-8b",
        "/rerank",
        {"model": "qwen3-reranker-8b", "query": "q", "documents": ["a", "b", "c"]},
        {"object": "list", "data": RESULTS},
        BEST,
    ),
    "llama.cpp": Case(
        "llamacpp/bge",
        "/rerank",
        {"model": "bge", "query": "q", "documents": ["a", "b", "c"]},
        {"results": [{"index": 0, "relevance_score": -4.5}, {"index": 1, "relevance_score": 1.5}], "usage": {"prompt_tokens": 3}},
        [(1, 1.5), (0, -4.5)],
        usage=3,
    ),
    "siliconflow, which counts in its meta": Case(
        "siliconflow/BAAI/bge-reranker-v2-m3",
        "/rerank",
        {"model": "BAAI/bge-reranker-v2-m3", "query": "q", "documents": ["a", "b", "c"]},
        {"id": "s", "results": RESULTS, "meta": {"tokens": {"input_tokens": 11, "output_tokens": 0}}},
        BEST,
        usage=11,
    ),
    "zeroentropy": Case(
        "zeroentropy/zerank-2",
        "/models/rerank",
        {"model": "zerank-2", "query": "q", "documents": ["a", "b", "c"]},
        {"results": RESULTS, "total_bytes": 512, "total_tokens": 64},
        BEST,
        usage=64,
    ),
    "voyage": Case(
        "voyage/rerank-2.5",
        "/rerank",
        {"query": "be strict\nq", "documents": ["a", "b", "c"], "model": "rerank-2.5", "top_k": 1, "truncation": False},
        {"data": [{"index": 2, "relevance_score": 0.9}], "model": "rerank-2.5", "usage": {"total_tokens": 26}},
        [(2, 0.9)],
        {"top": 1, "truncate": False, "instruction": "be strict"},
        usage=26,
    ),
    "nvidia": Case(
        "nvidia/nvidia/llama-3_2-nv-rerankqa-1b-v2",
        "/v1/retrieval/nvidia/llama-3_2-nv-rerankqa-1b-v2/reranking",
        {"model": "nvidia/llama-3_2-nv-rerankqa-1b-v2", "query": {"text": "q"}, "passages": TEXTS, "truncate": "END"},
        {"rankings": [{"index": 1, "logit": 2.5}, {"index": 0, "logit": -7.0}, {"index": 2, "logit": -8}], "usage": {"total_tokens": 9}},
        [(1, 2.5), (0, -7.0)],
        {"top": 2, "truncate": True},
        usage=9,
    ),
    "deepinfra": Case(
        "deepinfra/Qwen/Qwen3-Reranker-8B",
        "/v1/inference/Qwen/Qwen3-Reranker-8B",
        {"queries": ["q", "q", "q"], "documents": ["a", "b", "c"]},
        {"scores": [0.5, 0.1, 0.9], "input_tokens": 42, "inference_status": {"cost": 0.00001}},
        BEST,
        {"top": 2},
        usage=42,
        cost="0.00001",
    ),
    "text-embeddings-inference": Case(
        "huggingface-endpoint/any",
        "/rerank",
        {"query": "q", "texts": ["a", "b", "c"], "truncate": True},
        [{"index": 2, "score": 0.9}, {"index": 0, "score": 0.5}, {"index": 1, "score": 0.1}],
        BEST,
        {"top": 2, "truncate": True},
        settings={"endpoint": "abc.endpoints.huggingface.cloud"},
    ),
    "bedrock": Case(
        "bedrock/cohere.rerank-v3-5:0",
        "/rerank",
        {
            "queries": [{"type": "TEXT", "textQuery": {"text": "q"}}],
            "sources": [
                {"type": "INLINE", "inlineDocumentSource": {"type": "JSON", "jsonDocument": {"title": "t"}}},
                {"type": "INLINE", "inlineDocumentSource": {"type": "TEXT", "textDocument": {"text": "b"}}},
                {"type": "INLINE", "inlineDocumentSource": {"type": "TEXT", "textDocument": {"text": "c"}}},
            ],
            "rerankingConfiguration": {
                "type": "BEDROCK_RERANKING_MODEL",
                "bedrockRerankingConfiguration": {
                    "modelConfiguration": {"modelArn": "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/cohere.rerank-v3-5:0"},
                    "numberOfResults": 3,
                },
            },
        },
        {"results": [{"index": 0, "relevanceScore": 0.5}, {"index": 2, "relevanceScore": 0.9}]},
        BEST,
        {"top": 9},
        units={"query": 1.0},
        settings={"region": "us-gov-west-1"},
        documents=({"title": "t"}, "b", "c"),
    ),
    "vertex": Case(
        "vertex/semantic-ranker-default-004",
        "/v1/projects/mine/locations/global/rankingConfigs/default_ranking_config:rank",
        {
            "model": "semantic-ranker-default-004",
            "query": "q",
            "records": [{"id": "0", "title": "t", "content": "u"}, {"id": "1", "content": "b"}, {"id": "2", "content": "c"}],
            "ignoreRecordDetailsInResponse": True,
            "topN": 2,
        },
        {"records": [{"id": "2", "score": 0.9}, {"id": "0"}]},
        [(2, 0.9), (0, 0.0)],
        {"top": 2},
        units={"query": 1.0},
        settings={"project": "mine", "access_token": "ya29.token"},
        documents=({"title": "t", "content": "u"}, "b", "c"),
    ),
    "watsonx": Case(
        "watsonx/cross-encoder/ms-marco-minilm-l-12-v2",
        "/text/rerank",
        {
            "model_id": "cross-encoder/ms-marco-minilm-l-12-v2",
            "query": "q",
            "inputs": TEXTS,
            "project_id": "mine",
            "parameters": {"return_options": {"top_n": 2}, "truncate_input_tokens": 64},
        },
        {"model_id": "m", "results": [{"index": 2, "score": 0.9}, {"index": 0, "score": 0.5}], "input_token_count": 20},
        BEST,
        {"top": 2, "tokens_per_document": 64},
        usage=20,
        settings={"project_id": "mine", "access_token": "token-of-ibm"},
    ),
}
