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
    for (const [column, { type, at, times, values }] of Object.entries(about.columns)) {
      table[column] = numbers(new Uint8Array(buffer, 4 + length + at), new ARRAYS[type](about.rows), times);
      if (values) table.values[column] = values;
    }
    head.tables[name] = table;
  }
  return head;
}

/** Put together the numbers of a column: first come the lowest bytes of all, then the next ones. */
function numbers(packed, found, times = 1) {
  const rows = found.length;
  const size = found.BYTES_PER_ELEMENT;
  const target = new Uint8Array(found.buffer);
  for (let byte = 0; byte < size; byte++) {
    const from = byte * rows;
    for (let row = 0; row < rows; row++) target[row * size + byte] = packed[from + row];
  }
  if (times === 1) return found;
  const whole = new Float64Array(rows);
  for (let row = 0; row < rows; row++) whole[row] = found[row] * times;
  return whole;
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
