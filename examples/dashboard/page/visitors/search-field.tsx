import { type ReactNode, useEffect, useRef, useState } from "react";

const pauseMs = 250;

export interface SearchFieldProps {
  value: string;
  onSearch: (text: string) => void;
}

/** Searches for what is written when the writing pauses. */
export function SearchField({ value, onSearch }: SearchFieldProps): ReactNode {
  const [text, setText] = useState(value);
  const searched = useRef(value);
  // somebody cleared the filters, or went back to another search
  useEffect(() => {
    if (value !== searched.current) setText(value);
    searched.current = value;
  }, [value]);
  const search = useRef(onSearch);
  search.current = onSearch;
  useEffect(() => {
    const timer = setTimeout(() => {
      if (text.trim() === searched.current) return;
      searched.current = text.trim();
      search.current(searched.current);
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <input
      type="search"
      className="field"
      aria-label="Search visitors by name"
      placeholder="Search by name"
      maxLength={200}
      value={text}
      onChange={({ target }) => setText(target.value)}
    />
  );
}
