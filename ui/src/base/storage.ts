// SPDX-License-Identifier: Apache-2.0
// localStorage that never throws: private windows, full quotas and broken values read as absent.

const prefix = 'signalbox.';

export function readStored<T>(key: string, isValid: (value: unknown) => value is T): T | null {
  try {
    const text = localStorage.getItem(prefix + key);
    const value: unknown = text === null ? null : JSON.parse(text);
    return isValid(value) ? value : null;
  } catch {
    return null;
  }
}

export function writeStored(key: string, value: unknown): void {
  try {
    localStorage.setItem(prefix + key, JSON.stringify(value));
  } catch {
    // The setting lives until the page is closed.
  }
}
