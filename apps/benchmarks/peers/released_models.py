"""The six released models at their sizes: transformers' class and configuration, and the number of parameters."""

from transformers import (
    PerceiverConfig,
    PerceiverForImageClassificationConvProcessing,
    PerceiverForImageClassificationFourier,
    PerceiverForImageClassificationLearned,
    PerceiverForMaskedLM,
    PerceiverForMultimodalAutoencoding,
    PerceiverForOpticalFlow,
)

IMAGE = dict(
    num_latents=512,
    d_latents=1024,
    num_blocks=8,
    num_self_attends_per_block=6,
    num_self_attention_heads=8,
    num_cross_attention_heads=1,
    num_labels=1000,
)
MODELS = {
    "language-perceiver": (PerceiverForMaskedLM, dict(qk_channels=256, v_channels=1280), 201_108_230),
    "vision-perceiver-fourier": (PerceiverForImageClassificationFourier, dict(IMAGE, d_model=261), 48_440_627),
    "vision-perceiver-conv": (PerceiverForImageClassificationConvProcessing, dict(IMAGE, d_model=322), 48_646_522),
    "vision-perceiver-learned": (
        PerceiverForImageClassificationLearned,
        dict(IMAGE, d_model=512, image_size=224),
        62_255_848,
    ),
    "optical-flow-perceiver": (
        PerceiverForOpticalFlow,
        dict(
            num_latents=2048,
            d_latents=512,
            d_model=322,
            num_blocks=1,
            num_self_attends_per_block=24,
            num_self_attention_heads=16,
            num_cross_attention_heads=1,
        ),
        41_057_134,
    ),
    "multimodal-perceiver": (
        PerceiverForMultimodalAutoencoding,
        dict(
            num_latents=784,
            d_latents=512,
            d_model=704,
            num_blocks=1,
            num_self_attends_per_block=8,
            num_self_attention_heads=8,
            num_cross_attention_heads=1,
            num_labels=700,
            # Larger than 0.02: attention is not uniform then, and what both sides compute can be told apart.
            initializer_range=0.06,
        ),
        19_858_855,
    ),
}


def released_model(name):
    """The model with random weights."""
    kind, settings, parameters = MODELS[name]
    model = kind(PerceiverConfig(**settings))
    count = sum(parameter.numel() for parameter in model.parameters())
    if count != parameters:
        raise SystemExit(f"{name}: expected a model of {parameters:,} parameters, got {count:,}")
    return model


def open_released(name, directory):
    """The model with the weights of a folder, for inference."""
    return MODELS[name][0].from_pretrained(directory).eval()
