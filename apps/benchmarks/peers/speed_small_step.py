"""Adam step of a small Perceiver with PyTorch's fused attention; the counterpart of small-perceiver.ts and small-step.ts.

Modules are named as the parameters are, so that both sides start from one file of weights.
"""

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

from speed_report import repeat, report, settings

BATCH, INPUTS, CHANNELS = 8, 2048, 64
LATENTS, WIDTH, HEADS, LAYERS, CLASSES = 128, 128, 4, 4, 10


class Layer(nn.Module):
    """Pre-norm attention and MLP with residuals; a cross-attend where `inputs` channels are given."""

    def __init__(self, inputs=None):
        super().__init__()
        own = {"layernorm1": nn.LayerNorm(WIDTH)}
        if inputs is not None:
            own["layernorm2"] = nn.LayerNorm(inputs)
        own["query"] = nn.Linear(WIDTH, WIDTH)
        own["key"] = nn.Linear(inputs or WIDTH, WIDTH)
        own["value"] = nn.Linear(inputs or WIDTH, WIDTH)
        dense = nn.ModuleDict({"dense": nn.Linear(WIDTH, WIDTH)})
        self.attention = nn.ModuleDict({"self": nn.ModuleDict(own), "output": dense})
        self.layernorm = nn.LayerNorm(WIDTH)
        self.mlp = nn.ModuleDict({"dense1": nn.Linear(WIDTH, WIDTH), "dense2": nn.Linear(WIDTH, WIDTH)})

    def forward(self, latents, inputs=None):
        own = self.attention["self"]
        asked = own["layernorm1"](latents)
        answering = asked if inputs is None else own["layernorm2"](inputs)
        query, key, value = (
            tensor.unflatten(-1, (HEADS, -1)).transpose(1, 2)
            for tensor in (own["query"](asked), own["key"](answering), own["value"](answering))
        )
        attended = F.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2)
        latents = latents + self.attention["output"]["dense"](attended)
        return latents + self.mlp["dense2"](F.gelu(self.mlp["dense1"](self.layernorm(latents))))


class SmallPerceiver(nn.Module):
    def __init__(self):
        super().__init__()
        encoder = {"cross_attention": Layer(CHANNELS), "self_attends": nn.ModuleList(Layer() for _ in range(LAYERS))}
        embeddings = nn.ParameterDict({"latents": torch.zeros(LATENTS, WIDTH)})
        self.perceiver = nn.ModuleDict({"embeddings": embeddings, "encoder": nn.ModuleDict(encoder)})
        self.classifier = nn.Linear(WIDTH, CLASSES)

    def forward(self, inputs):
        latents = self.perceiver["embeddings"]["latents"].expand(len(inputs), -1, -1)
        latents = self.perceiver["encoder"]["cross_attention"](latents, inputs)
        for layer in self.perceiver["encoder"]["self_attends"]:
            latents = layer(latents)
        return self.classifier(latents.mean(1))


def main():
    options = settings()
    torch.set_num_threads(options["threads"])
    model = SmallPerceiver()
    model.load_state_dict(load_file(options["weights"]))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True if options["fusedAdam"] else None)
    index = torch.arange(BATCH * INPUTS * CHANNELS)
    inputs = ((index * 37 % 101).double() / 50 - 1).float().view(BATCH, INPUTS, CHANNELS)
    labels = torch.arange(BATCH) % CLASSES
    losses = []

    def step():
        optimizer.zero_grad()
        loss = F.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    seconds = repeat(step, options["warmup"], options["repeats"])
    report(seconds=seconds, check=losses[:5], losses=losses)


if __name__ == "__main__":
    main()
