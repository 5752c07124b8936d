// SPDX-License-Identifier: Apache-2.0
// Saved views are addresses of pages; which page one belongs to, and whether two are the same.

/** The page of an address, by the first part of its path; the names of Prometheus' UI are those of Explore. */
export function pageOfView(path: string): string {
  const first = `/${path.split(/[?#]/)[0]!.split('/')[1] ?? ''}`;
  return first === '/graph' || first === '/query' ? '/explore' : first;
}

/** The name of that page, undefined for one without a place of its own. */
export function placeOfView(path: string, places: readonly { path: string; name: string }[]): string | undefined {
  const page = pageOfView(path);
  return places.find((place) => place.path === (page === '/d' ? '/dashboards' : page))?.name;
}

/** The order of the parameters does not matter. */
export function isSameView(a: string, b: string): boolean {
  const plain = (path: string): string => {
    const [place = '', query = ''] = path.split('?');
    return `${place}?${[...new URLSearchParams(query)]
      .map((pair) => pair.join('='))
      .sort()
      .join('&')}`;
  };
  return plain(a) === plain(b);
}
