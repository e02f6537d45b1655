import { type ReactNode, useEffect, useRef, useState } from "react";

const pauseMs = 250;

export interface SearchFieldProps {
  className: string;
  label: string;
  hint: string;
  value: string;
  onSearch: (text: string) => void;
}

/** Searches for what is written when the writing pauses. */
export function SearchField(props: SearchFieldProps): ReactNode {
  const { className, label, hint, value, onSearch } = props;
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
      className={className}
      aria-label={label}
      placeholder={hint}
      maxLength={200}
      value={text}
      onChange={({ target }) => setText(target.value)}
    />
  );
}
