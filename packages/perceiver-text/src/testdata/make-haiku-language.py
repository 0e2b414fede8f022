"""Writes haiku-language.pkl and haiku-language.json: python make-haiku-language.py (torch 2.9.1, transformers 4.57.6, numpy 2.4).

A small masked language model with the tanh form of GELU, under the names that DeepMind's code gives its parameters, and the logits
that transformers computes.
"""

import json
import pickle
import re

import numpy as np
import torch
from transformers import PerceiverConfig, PerceiverForMaskedLM

PLACES = [
    (r"perceiver\.input_preprocessor\.embeddings\.weight", "embed/embeddings"),
    (r"perceiver\.input_preprocessor\.position_embeddings\.weight", "trainable_position_encoding/pos_embs"),
    (r"perceiver\.embeddings\.latents", "perceiver_encoder/~/trainable_position_encoding/pos_embs"),
    (r"perceiver\.decoder\.output_position_encodings\.position_embeddings", "basic_decoder/~/trainable_position_encoding/pos_embs"),
    (r"embedding_decoder\.bias", "embedding_decoder/bias"),
    (r"perceiver\.encoder\.cross_attention\.", "perceiver_encoder/~/cross_attention/"),
    (r"perceiver\.encoder\.self_attends\.0\.", "perceiver_encoder/~/self_attention/"),
    (r"perceiver\.encoder\.self_attends\.(\d+)\.", r"perceiver_encoder/~/self_attention_\1/"),
    (r"perceiver\.decoder\.decoding_cross_attention\.", "basic_decoder/cross_attention/"),
]
LINEAR = {
    "attention.self.query": "attention/linear",
    "attention.self.key": "attention/linear_1",
    "attention.self.value": "attention/linear_2",
    "attention.output.dense": "attention/linear_3",
    "mlp.dense1": "mlp/linear",
    "mlp.dense2": "mlp/linear_1",
}


def haiku_name(name):
    for pattern, place in PLACES:
        if re.match(pattern, name):
            path = re.sub(pattern, place, name, count=1)
            break
    part, _, leaf = path.rpartition(".")
    prefix, _, module = part.rpartition("/")
    for ours, theirs in LINEAR.items():
        if module == ours:
            return f"{prefix}/{theirs}/{'w' if leaf == 'weight' else 'b'}"
    norms = ["attention.self.layernorm1", "attention.self.layernorm2", "layernorm"]
    if "self_attention" in prefix:
        norms.remove("attention.self.layernorm2")
    if module in norms:
        number = norms.index(module)
        return f"{prefix}/layer_norm{f'_{number}' if number else ''}/{'scale' if leaf == 'weight' else 'offset'}"
    return path


torch.manual_seed(0)
config = PerceiverConfig(
    num_latents=4,
    d_latents=16,
    d_model=16,
    num_self_attends_per_block=2,
    num_self_attention_heads=2,
    num_cross_attention_heads=2,
    qk_channels=8,
    v_channels=16,
    vocab_size=262,
    max_position_embeddings=12,
    hidden_act="gelu_pytorch_tanh",
    # Large weights, so that the two forms of GELU differ.
    initializer_range=0.5,
)
model = PerceiverForMaskedLM(config).eval()
parameters = {}
with torch.no_grad():
    for name, parameter in model.named_parameters():
        if name.endswith("bias"):
            parameter.normal_(0, 0.5)
        module, _, leaf = haiku_name(name).rpartition("/")
        array = parameter.numpy().copy()
        parameters.setdefault(module, {})[leaf] = np.ascontiguousarray(array.T) if leaf == "w" else array
    ids = torch.arange(6, 18)[None] * 3
    logits = model(inputs=ids).logits[0, :3, :5]
with open("haiku-language.pkl", "wb") as file:
    pickle.dump(parameters, file, protocol=3)
with open("haiku-language.json", "w") as file:
    json.dump({"inputIds": ids.tolist(), "logits": logits.tolist(), "config": {**config.to_diff_dict(), "vocab_size": 262, "model_type": "perceiver"}}, file)
    file.write("\n")
