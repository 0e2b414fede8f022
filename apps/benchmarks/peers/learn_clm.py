"""Perceiver AR on bytes in plain PyTorch: the same sizes, initial weights and batches as learn-clm.ts."""
import json

import torch
import torch.nn.functional as F
from learn_common import folder_argument, read_task, train


def rotate(x, cos, sin):
    """x (B, heads, n, c), cos and sin (n, c / 2): neighbouring channels turn together."""
    a, b = x[..., 0::2], x[..., 1::2]
    return torch.stack((a * cos - b * sin, b * cos + a * sin), -1).flatten(-2)


class PerceiverAR:
    def __init__(self, config, weights):
        self.config = config
        self.p = {name: torch.nn.Parameter(value) for name, value in weights.items() if "inv_freq" not in name}
        length, latents = config["maxSeqLen"], config["maxLatents"]
        self.mask = torch.arange(length) <= torch.arange(length - latents, length)[:, None]
        width = config["numChannels"] // config["numHeads"]
        phases = torch.arange(length)[:, None] * 10000.0 ** (-torch.arange(0, width, 2) / width)
        self.cos, self.sin = phases.cos(), phases.sin()

    def linear(self, x, name):
        return F.linear(x, self.p[name + ".weight"], self.p[name + ".bias"])

    def norm(self, x, name):
        return F.layer_norm(x, x.shape[-1:], self.p[name + ".weight"], self.p[name + ".bias"])

    def layer(self, x, query, keys, prefix, mask=None):
        heads = self.config["numHeads"]
        split = lambda t: t.unflatten(-1, (heads, -1)).transpose(1, 2)
        at = prefix + ".0.module.attention."
        q, k, v = (split(self.linear(t, at + n)) for t, n in ((query, "q_proj"), (keys, "k_proj"), (keys, "v_proj")))
        if self.config["rotary"]:
            q = rotate(q, self.cos[-q.shape[2] :], self.sin[-q.shape[2] :])
            k = rotate(k, self.cos[-k.shape[2] :], self.sin[-k.shape[2] :])
        z = F.scaled_dot_product_attention(q, k, v, mask, is_causal=mask is None)
        x = x + self.linear(z.transpose(1, 2).flatten(2), at + "o_proj")
        hidden = self.linear(self.norm(x, prefix + ".1.module.0"), prefix + ".1.module.1")
        return x + self.linear(F.gelu(hidden), prefix + ".1.module.3")

    def logits(self, ids):
        c = self.config
        h = self.p["input_adapter.txt_embedding.weight"][ids]
        if c["absolutePositions"]:
            h = h + self.p["input_adapter.pos_embedding.weight"]
        context, z = h[:, : -c["maxLatents"]], h[:, -c["maxLatents"] :]
        query = self.norm(z, "cross_attention.0.module.q_norm")
        if c["latentKeyNorm"] == "keyValue":
            keys = self.norm(h, "cross_attention.0.module.kv_norm")
        else:
            keys = torch.cat([self.norm(context, "cross_attention.0.module.kv_norm"), query], 1)
        z = self.layer(z, query, keys, "cross_attention", self.mask)
        for i in range(c["numSelfAttentionLayers"]):
            normed = self.norm(z, f"self_attention.{i}.0.module.norm")
            z = self.layer(z, normed, normed, f"self_attention.{i}")
        return self.linear(self.norm(z, "out_norm"), "output_adapter")

    def loss(self, ids):
        """ids (B, maxSeqLen + 1)"""
        latents = self.config["maxLatents"]
        return F.cross_entropy(self.logits(ids[:, :-1]).flatten(0, 1), ids[:, -latents:].flatten())


task, weights, batches = read_task(folder_argument())
model = PerceiverAR(task["model"], weights)
train(model.p, lambda step: model.loss(batches["ids"][step].long()), task)
with torch.no_grad():
    held_out = batches["held_out"].long()
    total = sum(model.loss(rows).item() * len(rows) for rows in held_out.split(64))
print(json.dumps({"heldOut": total / len(held_out)}))
