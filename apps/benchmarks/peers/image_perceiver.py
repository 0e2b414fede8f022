"""Perceiver IO for pictures in plain PyTorch, with the parameter names of the released checkpoints."""
import torch
import torch.nn.functional as F


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
        """pixels (B, H, W) or (B, H, W, colours), bytes"""
        c = self.config
        values = (pixels.float() / 255 - torch.tensor(c["mean"])) / torch.tensor(c["std"])
        side = c.get("patch", 1)
        # Squares of pixels, colours last in a square.
        squares = values.reshape(*pixels.shape[:3], -1).unfold(1, side, side).unfold(2, side, side)
        rows = squares.permute(0, 1, 2, 4, 5, 3).flatten(3).flatten(1, 2)
        inputs = torch.cat([rows, self.positions.expand(len(rows), -1, -1)], 2)
        z = self.p["perceiver.embeddings.latents"].expand(len(pixels), -1, -1)
        z = self.layer(z, inputs, "perceiver.encoder.cross_attention", c["heads"])
        for i in range(c["selfAttends"]):
            z = self.layer(z, None, f"perceiver.encoder.self_attends.{i}", c["heads"])
        decoder = "perceiver.decoder.decoder."
        query = self.p[decoder + "output_position_encodings.position_embeddings"].expand(len(pixels), -1, -1)
        decoded = self.layer(query, z, decoder + "decoding_cross_attention", c["heads"])
        return self.linear(decoded, decoder + "final_layer")[:, 0]
