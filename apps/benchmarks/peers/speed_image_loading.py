"""Batches of augmented pictures from torchvision's loader; the counterpart of image-loading.ts."""

import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

try:
    from torchvision import transforms
except ImportError as error:
    raise SystemExit(f"expected torchvision (peers/requirements-images.txt): {error}")

from speed_report import repeat, report, settings

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


class Pictures(Dataset):
    def __init__(self, files):
        self.files = files
        self.change = transforms.Compose(
            [
                transforms.RandomResizedCrop(224, interpolation=transforms.InterpolationMode.BICUBIC),
                transforms.RandomHorizontalFlip(),
                # 31 steps of magnitude: 15 is the middle, as 5 of 10 is.
                transforms.RandAugment(num_ops=4, magnitude=15),
                transforms.ToTensor(),
                transforms.Normalize(MEAN, STD),
            ]
        )

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        with Image.open(self.files[index]) as image:
            return self.change(image.convert("RGB")), index % 10


def endless(options):
    """Epoch after epoch; the processes live on between them."""
    loader = DataLoader(
        Pictures(options["files"]),
        batch_size=options["batch"],
        shuffle=True,
        num_workers=options["workers"],
        persistent_workers=True,
        drop_last=True,
    )
    while True:
        yield from loader


def main():
    options = settings()
    torch.set_num_threads(1)
    # Enough files that a pass has whole batches: ours go on over its end, and no batch is short.
    files = options["files"]
    times = -(-(options["images"] + options["batch"]) // len(files))
    batches = endless({**options, "files": files * times})
    count = [0]

    def step():
        count[0] = 0
        while count[0] < options["images"]:
            pixels, _ = next(batches)
            assert pixels.shape[1:] == (3, 224, 224)
            count[0] += pixels.shape[0]

    seconds = repeat(step, 1, 3)
    report(seconds=seconds, check=count)


if __name__ == "__main__":
    main()
