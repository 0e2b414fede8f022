"""A byte-level Perceiver IO classifier in plain PyTorch: the same sizes, initial weights and batches as learn-sst2.ts."""
import json

import torch
import torch.nn.functional as F
from learn_common import folder_argument, read_task, train

task, weights, batches = read_task(folder_argument())
config = task["model"]["encoder"]
p = {name: torch.nn.Parameter(value) for name, value in weights.items()}


def linear(x, name):
    return F.linear(x, p[name + ".weight"], p[name + ".bias"])


def norm(x, name):
    return F.layer_norm(x, x.shape[-1:], p[name + ".weight"], p[name + ".bias"])


def attend(x, keys, name, heads, mask=None):
    """x (B, N, D); keys (B, M, C), or None for self-attention."""
    split = lambda t: t.unflatten(-1, (heads, -1)).transpose(1, 2)
    query = norm(x, name + ".attention.self.layernorm1")
    keys = query if keys is None else norm(keys, name + ".attention.self.layernorm2")
    q = split(linear(query, name + ".attention.self.query"))
    k, v = (split(linear(keys, f"{name}.attention.self.{part}")) for part in ("key", "value"))
    z = F.scaled_dot_product_attention(q, k, v, mask).transpose(1, 2).flatten(2)
    x = x + linear(z, name + ".attention.output.dense")
    hidden = F.gelu(linear(norm(x, name + ".layernorm"), name + ".mlp.dense1"))
    return x + linear(hidden, name + ".mlp.dense2")


def logits(ids, mask):
    at = "perceiver.input_preprocessor."
    inputs = p[at + "embeddings.weight"][ids] + p[at + "position_embeddings.weight"][: ids.shape[1]]
    z = p["perceiver.embeddings.latents"].expand(len(ids), -1, -1)
    heads = config["numCrossAttentionHeads"]
    z = attend(z, inputs, "perceiver.encoder.cross_attention", heads, mask.bool()[:, None, None])
    for layer in range(config["numSelfAttendsPerBlock"]):
        z = attend(z, None, f"perceiver.encoder.self_attends.{layer}", config["numSelfAttentionHeads"])
    at = "perceiver.decoder.decoder."
    query = p[at + "output_position_encodings.position_embeddings"].expand(len(ids), -1, -1)
    row = attend(query, z, at + "decoding_cross_attention", 1)[:, 0]
    return linear(torch.tanh(linear(row, "heads.sst2.dense")), "heads.sst2.out_proj")


def loss(step):
    start, width = batches["starts"][step], batches["widths"][step]
    rows = slice(start, start + task["model"]["batchSize"])
    ids, mask = (batches[name][rows, :width] for name in ("input_ids", "attention_mask"))
    return F.cross_entropy(logits(ids.long(), mask), batches["labels"][rows].long())


train(p, loss, task)
with torch.no_grad():
    parts = zip(batches["dev_input_ids"].long().split(109), batches["dev_attention_mask"].split(109))
    answers = torch.cat([logits(ids, mask).argmax(1) for ids, mask in parts])
print(json.dumps({"heldOut": (answers == batches["dev_labels"]).float().mean().item()}))
