"""Writes hub-images.parquet: seven pictures of one colour, as `datasets` of Hugging Face lays them out. pip install pyarrow pillow"""

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image


def png(level):
    stream = io.BytesIO()
    Image.new("RGB", (2, 2), (level, level, level)).save(stream, "PNG")
    return stream.getvalue()


cells = [{"bytes": png(10 * i), "path": f"{i}.png"} for i in range(7)]
image = pa.array(cells, type=pa.struct([("bytes", pa.binary()), ("path", pa.string())]))
label = pa.array([0, 1, 1, 0, 1, 0, 1], type=pa.int64())
features = {"image": {"_type": "Image"}, "label": {"names": ["cat", "dog"], "_type": "ClassLabel"}}
table = pa.table({"image": image, "label": label})
table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
pq.write_table(table, "hub-images.parquet", row_group_size=3)
