"""Tiny models of the real architectures, saved as `transformers` saves them; some say one known thing by their weights.

All in memory of a few kilobytes: the loading, the forward pass and the post-processing are the real ones.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers.models.chinese_clip.image_processing_pil_chinese_clip import ChineseCLIPImageProcessorPil
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil
from transformers.models.rt_detr.image_processing_pil_rt_detr import RTDetrImageProcessorPil
from transformers.models.siglip2.image_processing_pil_siglip2 import Siglip2ImageProcessorPil

_SIDE = {"height": 32, "width": 32}
_LABELS = {0: "person", 1: "car", 2: "cat"}
_TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{% for c in m['content'] %}{% if c['type'] == 'image' %}"
    "<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ c['text'] }}{% endif %}{% endfor %}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant{% endif %}"
)
_SPECIAL = ["<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]


def _save(folder: Path, model: Any, *parts: Any) -> Path:
    folder.mkdir()
    for part in (model, *parts):
        part.save_pretrained(folder)
    return folder


def _shared(**more: Any) -> dict[str, Any]:
    """What the configurations of both detectors have in common; one level of features, one place, one thing."""
    return {
        "encoder_hidden_dim": 16, "encoder_in_channels": [8], "encoder_layers": 1, "encoder_ffn_dim": 16,
        "encoder_attention_heads": 2, "encode_proj_layers": [0], "d_model": 16, "num_queries": 1,
        "num_feature_levels": 1, "feat_strides": [32], "decoder_in_channels": [16], "decoder_ffn_dim": 16,
        "decoder_layers": 2, "decoder_attention_heads": 2, "num_denoising": 0, "eval_size": None,
        "id2label": _LABELS, "label2id": {name: number for number, name in _LABELS.items()}, **more,
    }  # fmt: skip


def _only(head: Any, label: int, logit: float) -> None:
    """Every place shows this label with sigmoid(logit), and the others hardly."""
    with torch.no_grad():
        head.weight.zero_()
        head.bias.fill_(-9.0)
        head.bias[label] = logit


def rt_detr(folder: Path, box: Sequence[float], *, label: int = 0, logit: float = 2.0) -> Path:
    """Sees one thing in every picture. box: centre x, centre y, width, height, 0..1."""
    backbone = transformers.RTDetrResNetConfig(
        embedding_size=4, hidden_sizes=[4, 4, 8, 8], depths=[1, 1, 1, 1], layer_type="basic", out_features=["stage4"]
    )
    torch.manual_seed(1)
    model = transformers.RTDetrForObjectDetection(transformers.RTDetrConfig(backbone_config=backbone, **_shared()))
    anchor = torch.logit(torch.tensor([0.5, 0.5, 0.05, 0.05]))  # the middle of the only place, and its prior size
    decoder = model.model.decoder
    with torch.no_grad():
        for head in (model.model.enc_bbox_head, *decoder.bbox_embed):
            head.layers[-1].weight.zero_()
            head.layers[-1].bias.zero_()
        decoder.bbox_embed[-1].layers[-1].bias.copy_(torch.logit(torch.tensor(box)) - anchor)
    _only(decoder.class_embed[-1], label, logit)
    return _save(folder, model, RTDetrImageProcessorPil(size=_SIDE))


def d_fine(folder: Path) -> Path:
    """Sees a car somewhere in every picture."""
    sizes = [8, 8, 8, 8]
    backbone = transformers.HGNetV2Config(
        stem_channels=[3, 4, 4], stage_in_channels=[4, 8, 8, 8], stage_mid_channels=[4, 4, 4, 4],
        stage_out_channels=sizes, stage_num_blocks=[1, 1, 1, 1], stage_numb_of_layers=[1, 1, 1, 1],
        hidden_sizes=sizes, embedding_size=4, depths=[1, 1, 1, 1], out_features=["stage4"],
    )  # fmt: skip
    torch.manual_seed(2)
    made = transformers.DFineConfig(backbone_config=backbone, decoder_n_points=[2], **_shared())
    model = transformers.DFineForObjectDetection(made)
    for head in model.model.decoder.class_embed:
        _only(head, 1, 3.0)
    return _save(folder, model, RTDetrImageProcessorPil(size=_SIDE))


def _text(words: int, longest: int, **more: Any) -> dict[str, Any]:
    return {
        "vocab_size": words, "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1,
        "num_attention_heads": 2, "max_position_embeddings": longest, **more,
    }  # fmt: skip


_SEEN = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}


def siglip2(folder: Path, prompts: Sequence[str]) -> Path:
    """Random weights; knows every letter of the prompts."""
    marks = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "▁"]
    letters = [*marks, *sorted(set("".join(prompts).lower()) - {" "})]
    tokenizer = transformers.Siglip2Tokenizer(vocab={letter: number for number, letter in enumerate(letters)})
    text = _text(len(letters), 64, projection_size=16, pad_token_id=0, bos_token_id=2, eos_token_id=1)
    torch.manual_seed(3)
    made = transformers.Siglip2Config(text_config=text, vision_config={**_SEEN, "num_patches": 16, "patch_size": 4})
    processor = Siglip2ImageProcessorPil(patch_size=4, max_num_patches=16)
    return _save(folder, transformers.Siglip2Model(made), tokenizer, processor)


def chinese_clip(folder: Path, prompts: Sequence[str]) -> Path:
    """Random weights; knows every character of the prompts."""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set("".join(prompts)))]
    tokenizer = transformers.BertTokenizer(vocab={word: number for number, word in enumerate(words)})
    seen = {**_SEEN, "image_size": 16, "patch_size": 8}
    torch.manual_seed(4)
    made = transformers.ChineseCLIPConfig(projection_dim=16, text_config=_text(len(words), 32), vision_config=seen)
    size = {"height": 16, "width": 16}
    return _save(
        folder, transformers.ChineseCLIPModel(made), tokenizer, ChineseCLIPImageProcessorPil(size=size, crop_size=size)
    )


def qwen3_vl(folder: Path, answer: str) -> Path:
    """Answers every question with the same text: one token, which follows the prompt's last and is followed by the end.

    Each layer adds nothing, so the next token depends on the last alone; pictures still go the whole way through.
    """
    tokenizer = _qwen_tokenizer(answer)
    numbers = {name: tokenizer.convert_tokens_to_ids(name) for name in (*_SPECIAL, "assistant", answer)}
    model = transformers.Qwen3VLForConditionalGeneration(_qwen_config(len(tokenizer), numbers))
    text, chain = model.model.language_model, ("assistant", answer, "<|im_end|>")
    with torch.no_grad():
        for layer in text.layers:
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
        text.embed_tokens.weight.fill_(0.01)
        model.lm_head.weight.zero_()
        for place, (before, after) in enumerate(itertools.pairwise(chain)):
            text.embed_tokens.weight[numbers[before]] = torch.eye(16)[place]
            model.lm_head.weight[numbers[after], place] = 9.0
    return _save(folder, model, tokenizer, Qwen2VLImageProcessorPil(
        patch_size=4, merge_size=2, temporal_patch_size=2, size={"shortest_edge": 64, "longest_edge": 4096}
    ))  # fmt: skip


def _qwen_tokenizer(answer: str) -> Any:
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = Tokenizer(models.BPE(vocab={letter: number for number, letter in enumerate(letters)}, merges=[]))
    tokens.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokens.decoder = decoders.ByteLevel()
    made = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokens,
        additional_special_tokens=_SPECIAL,
        **dict.fromkeys(("eos_token", "pad_token"), _SPECIAL[1]),
    )
    made.add_tokens(["assistant", answer])
    made.chat_template = _TEMPLATE
    return made


def _qwen_config(words: int, numbers: dict[str, int]) -> Any:
    rope = {"rope_type": "default", "mrope_section": [2, 1, 1], "rope_theta": 10000.0, "mrope_interleaved": True}
    text = _text(
        words, 4096, num_key_value_heads=2, head_dim=8, rope_parameters=rope, tie_word_embeddings=False,
        bos_token_id=None, eos_token_id=numbers["<|im_end|>"], pad_token_id=numbers["<|im_end|>"],
    )  # fmt: skip
    seen = {
        "depth": 1, "hidden_size": 16, "intermediate_size": 16, "num_heads": 2, "patch_size": 4,
        "spatial_merge_size": 2, "temporal_patch_size": 2, "out_hidden_size": 16, "num_position_embeddings": 16,
        "deepstack_visual_indexes": [0],
    }  # fmt: skip
    torch.manual_seed(5)
    return transformers.Qwen3VLConfig(
        text_config=text,
        vision_config=seen,
        image_token_id=numbers["<|image_pad|>"],
        video_token_id=numbers["<|video_pad|>"],
        vision_start_token_id=numbers["<|vision_start|>"],
        vision_end_token_id=numbers["<|vision_end|>"],
    )


def written(*items: dict[str, Any]) -> str:
    """An answer as it was asked for."""
    return json.dumps(list(items), ensure_ascii=False, separators=(",", ":"))
