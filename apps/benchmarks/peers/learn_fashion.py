"""Perceiver IO on the pixels of Fashion-MNIST in plain PyTorch: the same sizes, initial weights and batches as learn-fashion.ts."""
import json

import torch
import torch.nn.functional as F
from image_perceiver import PerceiverIO
from learn_common import folder_argument, read_task, train

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
