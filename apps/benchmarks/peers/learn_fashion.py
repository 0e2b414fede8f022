"""Perceiver IO on the pixels of Fashion-MNIST in plain PyTorch: the same sizes, initial weights and batches as learn-fashion.ts."""
import json

import torch
import torch.nn.functional as F
from learn_common import folder_argument, read_task, train


class PerceiverIO:
    def __init__(self, config, weights, positions):
        self.config, self.positions = config, positions
        self.p = {name: torch.nn.Parameter(value) for name, value in weights.items()}

    def linear(self, x, name):
        return F.linear(x, self.p[name + ".weight"], self.p[name + ".bias"])

    def norm(self, x, name):
        return F.layer_norm(x, x.shape[-1:], self.p[name + ".weight"], self.p[name + ".bias"])

    def layer(self, x, inputs, prefix, heads):
        """x (B, N, D) asks inputs (B, M, C), or itself where there are none."""
        split = lambda t: t.unflatten(-1, (heads, -1)).transpose(1, 2)
        at = prefix + ".attention.self."
        query = self.norm(x, at + "layernorm1")
        keys = query if inputs is None else self.norm(inputs, at + "layernorm2")
        q, k, v = (split(self.linear(t, at + n)) for t, n in ((query, "query"), (keys, "key"), (keys, "value")))
        z = F.scaled_dot_product_attention(q, k, v)
        x = x + self.linear(z.transpose(1, 2).flatten(2), prefix + ".attention.output.dense")
        hidden = self.linear(self.norm(x, prefix + ".layernorm"), prefix + ".mlp.dense1")
        return x + self.linear(F.gelu(hidden), prefix + ".mlp.dense2")

    def logits(self, pixels):
        """pixels (B, 28, 28) bytes"""
        c = self.config
        values = ((pixels.float() / 255 - c["mean"]) / c["std"]).flatten(1)[..., None]
        inputs = torch.cat([values, self.positions.expand(len(values), -1, -1)], 2)
        z = self.p["perceiver.embeddings.latents"].expand(len(values), -1, -1)
        z = self.layer(z, inputs, "perceiver.encoder.cross_attention", c["heads"])
        for i in range(c["selfAttends"]):
            z = self.layer(z, None, f"perceiver.encoder.self_attends.{i}", c["heads"])
        decoder = "perceiver.decoder.decoder."
        query = self.p[decoder + "output_position_encodings.position_embeddings"].expand(len(values), -1, -1)
        decoded = self.layer(query, z, decoder + "decoding_cross_attention", c["heads"])
        return self.linear(decoded, decoder + "final_layer")[:, 0]


task, weights, batches = read_task(folder_argument())
model = PerceiverIO(task["model"], weights, batches["positions"])
images, labels = batches["images"], batches["labels"].long()


def loss(step):
    chosen = batches["chosen"][step].long()
    pixels = images[chosen]
    pixels = torch.where(batches["mirrored"][step].bool()[:, None, None], pixels.flip(2), pixels)
    return F.cross_entropy(model.logits(pixels), labels[chosen])


train(model.p, loss, task)
with torch.no_grad():
    found = torch.cat([model.logits(pixels).argmax(1) for pixels in batches["test_images"].split(250)])
    accuracy = (found == batches["test_labels"].long()).float().mean().item()
print(json.dumps({"accuracy": accuracy}))
