/** The classes of Fashion-MNIST by index (Xiao, Rasul and Vollgraf, 2017). */
export const FASHION_MNIST_CLASSES: readonly string[] = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

/** Where Debian's package `dataset-fashion-mnist` puts it. */
export const FASHION_MNIST_FOLDER = '/usr/share/datasets/fashion-mnist';
