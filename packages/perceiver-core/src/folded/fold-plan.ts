/** Sizes of a decoder's cross-attend, in channels and rows. */
export interface FoldSizes {
  /** Query rows of all chunks together. */
  readonly rows: number;
  /** Latents. */
  readonly numLatents: number;
  /** Channels of a query row that differ from row to row. */
  readonly rowChannels: number;
  /** All channels of a query row. */
  readonly queryChannels: number;
  readonly qkChannels: number;
  readonly vChannels: number;
  /** Channels between the MLP's two layers. */
  readonly hiddenChannels: number;
}

/** Which products of weights are made beforehand. */
export interface FoldPlan {
  /** Scores straight from the rows' channels, by the product of query weight and keys. */
  readonly scores: 'query, keys' | 'query * keys';
  /**
   * After attention: value and output product one by one; both multiplied out with the values; or, where the values are narrower than
   * what they become, the output product multiplied out with the MLP's first layer.
   */
  readonly attended: 'values, output' | 'values * output' | 'output * hidden';
}

/** A multiplication of `gramRoot` takes the time of about so many in a matrix product. */
const ROOT_FACTOR = 40;

/** The plan of least multiplications: those of each row, and those of the products made beforehand. */
export function planFolds(sizes: FoldSizes): FoldPlan {
  const { rows, numLatents, queryChannels, qkChannels, vChannels, hiddenChannels } = sizes;
  const channels = sizes.rowChannels + 2;
  const mlp = queryChannels * hiddenChannels;
  const scores = {
    'query, keys': rows * qkChannels * (channels + numLatents),
    'query * keys': (rows + qkChannels) * channels * numLatents,
  };
  const attended = {
    'values, output': rows * (vChannels * (numLatents + queryChannels) + mlp),
    'values * output': rows * (numLatents * queryChannels + mlp) + numLatents * vChannels * queryChannels,
    'output * hidden':
      rows * vChannels * (numLatents + hiddenChannels + vChannels + 1) +
      vChannels * mlp +
      (ROOT_FACTOR / 2) * queryChannels * (vChannels + 1) ** 2,
  };
  return { scores: leastOf(scores), attended: leastOf(attended) };
}

function leastOf<K extends string>(costs: Record<K, number>): K {
  const names = Object.keys(costs) as K[];
  return names.reduce((best, name) => (costs[name] < costs[best] ? name : best));
}
