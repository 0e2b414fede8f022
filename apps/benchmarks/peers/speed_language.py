"""Forward pass or AdamW step of transformers' masked language model; the counterpart of language-forward.ts and language-train.ts."""

import torch
import torch.nn.functional as F
from transformers import PerceiverForMaskedLM

from speed_report import repeat, report, settings

LENGTH = 2048
MASK = 3


def forward(options):
    model = PerceiverForMaskedLM.from_pretrained(options["directory"]).eval()
    ids = (6 + torch.arange(LENGTH) * 37 % 250)[None]
    kept = []

    def step():
        with torch.inference_mode():
            kept[:] = [model(inputs=ids).logits]

    seconds = repeat(step, options["warmup"], options["repeats"])
    report(seconds=seconds, check=kept[0].flatten()[:64].tolist())


def train(options):
    model = PerceiverForMaskedLM.from_pretrained(
        options["directory"], attention_probs_dropout_prob=options["dropout"]
    ).train()
    torch.manual_seed(0)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=1e-4, weight_decay=0.01, fused=True if options["fusedAdam"] else None
    )
    index = torch.arange(LENGTH)
    ids = 6 + index * 37 % 250
    hidden = index % 7 == 3
    inputs = torch.where(hidden, MASK, ids)[None]
    labels = torch.where(hidden, ids, -100)
    losses = []

    def step():
        optimizer.zero_grad()
        loss = F.cross_entropy(model(inputs=inputs).logits[0], labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    report(seconds=repeat(step, options["warmup"], options["repeats"]), check=losses)


if __name__ == "__main__":
    given = settings()
    torch.set_num_threads(given["threads"])
    {"forward": forward, "train": train}[given["mode"]](given)
