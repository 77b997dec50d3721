"""Where each row stands: made from the rows by `python -m tests.contract --write`, so that none need be imported to find one."""

from __future__ import annotations

_NAMES = {
    "labs": """
ai21 anthropic cohere deepseek google jina mistral openai perplexity writer xai
""",
    "small_labs": """
agnes arcee inception llama lucidquery meta nova pioneer reka sakana subconscious thinkingmachines
""",
    "clouds": """
azure azure-ai azure-deployments claude-platform-aws cloudflare-workers-ai oci vertex vertex-express
""",
    "aws": """
bedrock bedrock-mantle sagemaker
""",
    "enterprise": """
databricks datarobot heroku predibase sap-ai-core snowflake-cortex watsonx
""",
    "hosts": """
atlascloud baseten bytez clarifai crusoe deepinfra digitalocean featherless fireworks friendli gmicloud inference lightning-ai
modal monsterapi novita-ai ollama-cloud parasail replicate runpod synthetic together vultr wandb
""",
    "chips": """
cerebras groq nvidia sambanova
""",
    "small_hosts": """
abliteration-ai above ainetcafe auriko avian bee claudinio coralbricks crof dinference echo empiriolabs hpc-ai inco infer inferx
iteracompute jalapeno kosmik lilac meganova mixlayer nan neuralwatt pareto pendra quicksilverpro runinfra search1api submodel
tensorx vispark wallaby zeldoc zenifra
""",
    "decentralised": """
akashchat ambient blueclaw chutes hyperbolic io-net nearai salad-cloud tinfoil venice
""",
    "coding": """
codestral frogbot hyper kilo morph opencode poolside standardcompute umans-ai v0 wafer
""",
    "gateways": """
aimlapi assemblyai cloudflare-ai-gateway cometapi edenai github-models helicone huggingface huggingface-endpoint llmgateway
merge-gateway nano-gpt openrouter poe portkey requesty straico vercel zenmux
""",
    "small_gateways": """
abacus agentrouter ai-router aixy anyapi crossmodel daoxe fastrouter freemodel impossibl model-oracle-ai modelis neosmith ofox
openreason orcarouter routing-run tempr the-grid-ai tokengo tokenrouter trustedrouter unorouter vancine vivgrid xpersona
""",
    "europe": """
aki-io aleph-alpha berget cloudferro-sherlock cortecs doubleword evroc greenpt hetzner inceptron infomaniak ionos klokintegration
lemonfox lighton llmtech melious nebius nlpcloud nscale opper ovhcloud publicai regolo-ai scaleway stackit
""",
    "china": """
01ai 360ai ant-ling baichuan bailing iflytek-spark internlm longcat minimax minimax-cn moonshotai moonshotai-cn sensenova stepfun
stepfun-ai taichu xiaomi zai zhipuai
""",
    "china_clouds": """
alibaba alibaba-cn alibaba-us baidu byteplus tencent-hunyuan volcengine
""",
    "china_hosts": """
302ai aihubmix amd drun ebcloud iflowcn infinigence jiekou moark modelscope ppio qihang-ai qiniu-ai siliconflow siliconflow-cn
streamlake tencent-lkeap tencent-tokenhub tencent-tokenhub-intl
""",
    "regional": """
aiand bothub gigachat kenari krutrim llmtr maritaca naver-clova neosantara plamo sarvam scx-ai sealion upstage yandex
""",
    "local": """
aphrodite atomic-chat docker-model-runner fastchat gpt4all gpustack jan koboldcpp lemonade litellm-proxy llamacpp llamafile
lmstudio local localai lynkr mlc nitro ollama oobabooga openllm ovms privatemode-ai qvac sglang tabby tgi vllm xinference
""",
    "images": """
black-forest-labs fal ideogram leonardo prodia recraft runware segmind stability topaz wavespeed
""",
    "speech": """
aws-polly aws-transcribe azure-speech cartesia deepgram elevenlabs fish-audio gladia hume lmnt playht resemble revai soniox
speechmatics
""",
    "video": """
d-id heygen kling luma luma-agents runwayml vidu
""",
    "search": """
brave duckduckgo exa firecrawl linkup parallel searchapi searxng serper tavily you
""",
    "retrieval": """
infinity nomic triton twelvelabs typesafe voyage zeroentropy
""",
    "ended": """
anyscale banana centml kluster lambda lepton octoai
""",
}
_ALIASES = """
abliteration=abliteration-ai ai21_chat=ai21 ai302=302ai ai360=360ai aiml=aimlapi aleph_alpha=aleph-alpha
alibaba-qwen-platform=alibaba-cn alibaba-qwencloud=alibaba amazon-bedrock-mantle=bedrock-mantle amazon-bedrock=bedrock
amazon-sagemaker=sagemaker amazon_nova=nova aws-bedrock=bedrock aws_polly=aws-polly azure-ai-inference=azure-ai
azure-anthropic=azure-ai azure-cognitive-services=azure-ai azure-openai=azure azure_ai=azure-ai azureai=azure-ai
azureanthropic=azure-ai azureopenai=azure baichuan_ai=baichuan bfl=black-forest-labs bigmodel=zhipuai
black_forest_labs=black-forest-labs bytedance=byteplus charm-hyper=hyper cloudflare=cloudflare-workers-ai clova=naver-clova
cohere_chat=cohere comet_api=cometapi coreweave=wandb cortex=nitro dashscope=alibaba did=d-id
docker_model_runner=docker-model-runner embedded=local ernie=baidu exa_ai=exa fal-ai=fal fal_ai=fal featherless-ai=featherless
featherless_ai=featherless fireworks-ai=fireworks fireworks_ai=fireworks fireworksai=fireworks friendliai=friendli gemini=google
giteeai=moark github=github-models github_models=github-models gmi-cloud=gmicloud gmi=gmicloud google-vertex-ai=vertex
google-vertex-anthropic=vertex google-vertex=vertex gradient=digitalocean gradient_ai=digitalocean heroku_ai=heroku
hosted_vllm=vllm hunyuan=tencent-hunyuan iflytek=iflytek-spark inference-net=inference infiniai=infinigence iointelligence=io-net
jina_ai=jina kimi=moonshotai kluster-ai=kluster lambda_ai=lambda lemonfox-ai=lemonfox lightning=lightning-ai lingyi=01ai
litellm=litellm-proxy litellm_proxy=litellm-proxy llama-cpp=llamacpp llama.cpp=llamacpp llmgateway-providers=llmgateway
lm-studio=lmstudio lm_studio=lmstudio maritalk=maritaca meta_llama=llama mistral-ai=mistral moonshot-cn=moonshotai-cn
moonshot=moonshotai nanogpt=nano-gpt naver=naver-clova nebius-token-factory=nebius nlp_cloud=nlpcloud novita=novita-ai
nvidia_nim=nvidia ollama_chat=ollama ollama_cloud=ollama-cloud ollamacloud=ollama-cloud oracle=oci parallel_ai=parallel
perplexity-agent=perplexity perplexity-ai=perplexity polly=aws-polly public_ai=publicai qianfan=baidu qiniu=qiniu-ai qwen=alibaba
qwen_ai_platform=alibaba-cn qwencloud=alibaba recraft-ai=recraft reka-ai=reka rev=revai runway=runwayml sap=sap-ai-core scx=scx-ai
sea-lion=sealion sgl=sglang siliconcloud=siliconflow-cn snowflake=snowflake-cortex spark=iflytek-spark stability-ai=stability
tabbyapi=tabby tencent=tencent-tokenhub tencentcloud=tencent-lkeap text-gen-webui=oobabooga text-generation-webui=oobabooga
together-ai=together together_ai=together togetherai=together twelve_labs=twelvelabs umans=umans-ai veniceai=venice
vercel-ai-gateway=vercel vercel_ai=vercel vercel_ai_gateway=vercel vercelaigateway=vercel vertex-ai-beta=vertex vertex-ai=vertex
vertex_ai=vertex vertexai=vertex vertexaianthropic=vertex voyageai=voyage wafer-serverless=wafer wafer.ai=wafer
watsonx_text=watsonx wenxin=baidu workers-ai=cloudflare-workers-ai x-ai=xai xiaomi_mimo=xiaomi xiaomimimo=xiaomi yandexgpt=yandex
yi=01ai you_com=you z-ai=zai zai-org=zai zeroone=01ai zhipu=zhipuai
"""
_PREFIXES = {
    "alibaba": "qwen qwq- qvq-",
    "anthropic": "claude-",
    "baidu": "ernie-",
    "cloudflare-workers-ai": "@cf/ @hf/",
    "cohere": "command-",
    "deepseek": "deepseek-",
    "google": "gemini-",
    "local": "smollm2-",
    "maritaca": "sabia- sabiazinho-",
    "minimax": "MiniMax-",
    "mistral": "mistral- magistral- ministral- codestral- devstral- pixtral-",
    "moonshotai": "kimi- moonshot-",
    "naver-clova": "HCX-",
    "openai": "gpt- chatgpt- o1 o3 o4 computer-use- codex-",
    "plamo": "plamo-",
    "tencent-hunyuan": "hunyuan-",
    "upstage": "solar-",
    "volcengine": "doubao- ep-",
    "xai": "grok-",
    "zai": "glm-",
}

KIND_OF: dict[str, str] = dict(sorted((name, kind) for kind, names in _NAMES.items() for name in names.split()))
"""The kind of each row, sorted by name."""
ALIASES: dict[str, str] = dict(pair.split("=") for pair in _ALIASES.split())
"""What each alias stands for."""
PREFIXES: dict[str, tuple[str, ...]] = {name: tuple(prefixes.split()) for name, prefixes in _PREFIXES.items()}
"""How ids without a provider begin, by the row to which they belong."""
