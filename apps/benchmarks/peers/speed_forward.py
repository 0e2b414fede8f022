"""Forward pass of one of transformers' models at released size; the counterpart of forward.ts."""

import torch

from released_models import open_released
from speed_report import repeat, report, settings


def pixels():
    """Numbers from -1 to 1 that both sides make."""
    count = 224 * 224 * 3
    values = ((torch.arange(count) * 37 % 101).double() / 50 - 1).float()
    return values.view(1, 224, 224, 3).permute(0, 3, 1, 2).contiguous()


def patches():
    """3 x 3 neighbourhoods of two frames, zeros outside: channel (3 * dy + dx) * 3 + colour."""
    height, width = 368, 496
    colours = torch.arange(2 * height * width * 3) * 37 % 251
    frames = (colours.float() / 255 * 2 - 1).view(1, 2, height, width, 3)
    padded = torch.nn.functional.pad(frames, (0, 0, 1, 1, 1, 1))
    shifted = [padded[:, :, dy : dy + height, dx : dx + width] for dy in range(3) for dx in range(3)]
    return torch.cat(shifted, -1).permute(0, 1, 4, 2, 3).contiguous()


def main():
    options = settings()
    torch.set_num_threads(options["threads"])
    model = open_released(options["name"], options["directory"])
    is_flow = options["name"] == "optical-flow-perceiver"
    inputs = patches() if is_flow else pixels()
    # The released model's unit of flow, in pixels.
    scale = 20 if is_flow else 1
    kept = []

    def step():
        with torch.inference_mode():
            kept[:] = [model(inputs=inputs).logits]

    seconds = repeat(step, options["warmup"], options["repeats"])
    report(seconds=seconds, check=(kept[0].flatten()[:1000] * scale).tolist())


if __name__ == "__main__":
    main()
