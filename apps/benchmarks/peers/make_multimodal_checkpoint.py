"""Writes the audio-video autoencoder of released size with random weights: make_multimodal_checkpoint.py '{"directory": ...}'"""

import os
import shutil

import torch
from transformers import PerceiverConfig, PerceiverForMultimodalAutoencoding

from speed_report import report, settings

PARAMETERS = 19_858_855


def released_config():
    return PerceiverConfig(
        num_latents=784,
        d_latents=512,
        d_model=704,
        num_blocks=1,
        num_self_attends_per_block=8,
        num_self_attention_heads=8,
        num_cross_attention_heads=1,
        num_labels=700,
        image_size=56,
        num_frames=16,
        audio_samples_per_frame=1920,
        samples_per_patch=16,
        output_shape=[1, 16, 224, 224],
        # Larger than 0.02: attention is not uniform then, and what both sides compute can be told apart.
        initializer_range=0.06,
    )


def main():
    directory = settings()["directory"]
    partial = f"{directory}.{os.getpid()}"
    torch.manual_seed(0)
    model = PerceiverForMultimodalAutoencoding(released_config())
    count = sum(parameter.numel() for parameter in model.parameters())
    if count != PARAMETERS:
        raise SystemExit(f"expected a model of {PARAMETERS:,} parameters, got {count:,}")
    model.save_pretrained(partial)
    # Renamed when whole, so that an interrupted run leaves nothing that looks like a model.
    shutil.rmtree(directory, ignore_errors=True)
    os.rename(partial, directory)
    report(parameters=count)


if __name__ == "__main__":
    main()
