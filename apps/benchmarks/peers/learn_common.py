"""Reads what the TypeScript side wrote, trains with torch's own AdamW, and prints one loss a line."""
import json
import sys

import torch
from safetensors.torch import load_file


def read_task(folder):
    """config.json, initial weights, batches and learning rates of a comparison."""
    with open(f"{folder}/task.json") as file:
        task = json.load(file)
    torch.set_num_threads(task["threads"])
    return task, load_file(f"{folder}/model.safetensors"), load_file(f"{folder}/batches.safetensors")


def train(parameters, loss_of, task, evaluate=None):
    """parameters: name -> tensor with a gradient; loss_of(step) -> scalar; evaluate() -> held-out figures, for a learning curve.
    Decays matrices, not biases and norms."""
    matrices = [p for p in parameters.values() if p.ndim > 1]
    vectors = [p for p in parameters.values() if p.ndim < 2]
    groups = [
        {"params": matrices, "weight_decay": task["weightDecay"]},
        {"params": vectors, "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=0.0, betas=(task["b1"], task["b2"]), eps=1e-8)
    everything = list(parameters.values())

    def curve(step):
        with torch.no_grad():
            print(json.dumps({"curve": {"step": step, **evaluate()}}), flush=True)

    if evaluate is not None:
        curve(0)
    for step, rate in enumerate(task["learningRates"]):
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad()
        loss = loss_of(step)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(everything, task["maxNorm"])
        optimizer.step()
        print(json.dumps({"step": step + 1, "loss": loss.item()}), flush=True)
        if evaluate is not None and (step + 1) % task["evaluateEvery"] == 0:
            curve(step + 1)


def folder_argument():
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} FOLDER")
    return sys.argv[1]
