"""Perceiver IO on CIFAR-10 in plain PyTorch: the same sizes, initial weights and augmented batches as learn-cifar10.ts."""
import torch
import torch.nn.functional as F
from image_perceiver import PerceiverIO
from learn_common import folder_argument, read_task, train

task, weights, batches = read_task(folder_argument())
model = PerceiverIO(task["model"], weights, batches["positions"])
test_labels = batches["test_labels"].long()


def loss(step):
    return F.cross_entropy(model.logits(batches["pixels"][step]), batches["labels"][step].long())


def evaluate():
    logits = torch.cat([model.logits(pixels) for pixels in batches["test_pixels"].split(250)])
    right = logits.argmax(1) == test_labels
    return {"accuracy": right.float().mean().item(), "loss": F.cross_entropy(logits, test_labels).item()}


train(model.p, loss, task, evaluate)
