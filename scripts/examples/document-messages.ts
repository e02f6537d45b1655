/** Where an example is from. */
export interface Place {
  document: string;
  line: number;
}

/**
 * What the compiler says, with the place in the document instead of the module made of the example.
 *
 * @param places of the examples, by the file name of their modules
 */
export function documentMessages(output: string, places: ReadonlyMap<string, Place>): string {
  return output.replaceAll(/^(.+?)\((\d+),\d+\): /gm, (position, file: string, line: string) => {
    const place = places.get(file);
    // the code begins on the second line of the module
    return place === undefined ? position : `${place.document}:${place.line + Number(line) - 2}: `;
  });
}
