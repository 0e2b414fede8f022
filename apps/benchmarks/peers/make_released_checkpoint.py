"""Writes a model of released size with random weights, as the hub lays it out.

make_released_checkpoint.py '{"name": "language-perceiver", "directory": ..., "format": "safetensors" or "pytorch"}'
"""

import os
import shutil

import torch

from released_models import released_model
from speed_report import report, settings


def main():
    options = settings()
    directory = options["directory"]
    partial = f"{directory}.{os.getpid()}"
    torch.manual_seed(0)
    model = released_model(options["name"])
    model.save_pretrained(partial, safe_serialization=options["format"] == "safetensors")
    # Renamed when whole, so that an interrupted run leaves nothing that looks like a model.
    shutil.rmtree(directory, ignore_errors=True)
    os.rename(partial, directory)
    report(parameters=sum(parameter.numel() for parameter in model.parameters()))


if __name__ == "__main__":
    main()
