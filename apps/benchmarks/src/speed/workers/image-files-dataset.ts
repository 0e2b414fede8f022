import { type ImageDataset, imageDataset } from 'perceiver-image-classification';

/** Picture files as a data set whose classes mean nothing. */
export function imageFilesDataset(files: readonly string[]): ImageDataset {
  return imageDataset({
    size: files.length,
    classes: Array.from({ length: 10 }, (_, i) => String(i)),
    record: (index) => ({ place: { kind: 'file', path: files[index]! }, label: index % 10, name: files[index]! }),
  });
}
