"""Makes processor-cases.json: what transformers' PerceiverImageProcessor gives for some configurations. Needs transformers 4.57.6."""
import json
from pathlib import Path

import numpy as np
from transformers import PerceiverImageProcessor

SMALL = {"size": {"height": 6, "width": 5}, "crop_size": {"height": 8, "width": 6}}
CASES = {
    "other sizes": SMALL,
    **{f"resample {n}": {**SMALL, "resample": n} for n in range(6)},
    "no crop": {**SMALL, "do_center_crop": False},
    "no resize": {**SMALL, "do_resize": False},
    "no rescale": {**SMALL, "do_rescale": False},
    "another factor": {**SMALL, "rescale_factor": 0.00784313725490196},
    "no normalisation": {**SMALL, "do_normalize": False},
    "bytes": {**SMALL, "do_rescale": False, "do_normalize": False},
    "another mean": {**SMALL, "image_mean": [0.5, 0.25, 0.1], "image_std": [0.5, 2, 0.3]},
    "one number": {"size": 6, "crop_size": [8, 7], "image_mean": 0.5, "image_std": 0.25},
}
image = np.random.default_rng(0).integers(0, 256, (11, 13, 3)).astype(np.uint8)
cases = []
for name, config in CASES.items():
    processor = PerceiverImageProcessor(**config)
    if name == "one number":  # which the class takes from a file, and cannot broadcast itself
        processor.image_mean, processor.image_std = [0.5] * 3, [0.25] * 3
    pixels = processor(image, input_data_format="channels_last", return_tensors="np")["pixel_values"][0]
    values = np.transpose(pixels, (1, 2, 0)).astype(np.float32)
    cases.append({"name": name, "config": config, "shape": values.shape, "bits": values.view(np.int32).ravel().tolist()})
picture = {"height": 11, "width": 13, "data": image.ravel().tolist()}
Path(__file__).with_name("processor-cases.json").write_text(json.dumps({"picture": picture, "cases": cases}, separators=(",", ":")))
