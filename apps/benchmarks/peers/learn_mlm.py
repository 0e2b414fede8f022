"""Hugging Face's PerceiverForMaskedLM with the same initial weights and batches as learn-mlm.ts."""
import torch.nn.functional as F
from learn_common import folder_argument, read_task, train
from transformers import PerceiverForMaskedLM

folder = folder_argument()
task, _, batches = read_task(folder)
model = PerceiverForMaskedLM.from_pretrained(folder)
model.train()  # the configuration's dropout is 0


def loss(step):
    logits = model(inputs=batches["input_ids"][step].long()).logits
    return F.cross_entropy(logits.flatten(0, 1), batches["labels"][step].long().flatten())


train(dict(model.named_parameters()), loss, task)
