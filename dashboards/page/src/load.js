// Unpacks the data, which scripts/build/cube.py describes.

const ARRAYS = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, i4: Int32Array, f8: Float64Array };

/** Return the head, with each table as {rows, <column>: typed array, values: {<column>: texts}}. */
export async function load(base64) {
  const packed = bytes(base64);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const buffer = await new Response(stream).arrayBuffer();
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  for (const [name, about] of Object.entries(head.tables)) {
    const table = { rows: about.rows, values: {} };
    for (const [column, { type, at, values }] of Object.entries(about.columns)) {
      table[column] = new ARRAYS[type](buffer, 4 + length + at, about.rows);
      if (values) table.values[column] = values;
    }
    head.tables[name] = table;
  }
  return head;
}

function bytes(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const text = atob(base64);
  const found = new Uint8Array(text.length);
  for (let place = 0; place < text.length; place++) found[place] = text.charCodeAt(place);
  return found;
}

/** Return a small table as a list of objects; NaN becomes null, texts become texts. */
export function records(table) {
  if (!table) return [];
  const columns = Object.keys(table).filter((name) => name !== "rows" && name !== "values");
  return Array.from({ length: table.rows }, (_, row) =>
    Object.fromEntries(
      columns.map((name) => {
        const number = table[name][row];
        return [name, table.values[name] ? table.values[name][number] : Number.isNaN(number) ? null : number];
      }),
    ),
  );
}
