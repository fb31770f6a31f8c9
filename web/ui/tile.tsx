import type { ReactNode } from 'react'

type TileProps = {
  name: string
  value: string
  title: string
  price: string
  /** Small print under the price of a row. */
  priceNote?: string
  note?: ReactNode
  disabled?: boolean
  checked?: boolean
  /** Lays title and price out in one line, for lists rather than grids. */
  row?: boolean
  required?: boolean
  /** Facts for the page's script, as `data-*` attributes. */
  facts?: Record<`data-${string}`, string | number>
}

/** One choice of a radio group, drawn as a tile. Put several of one `name` into a `fieldset`. */
export function Tile({
  name,
  value,
  title,
  price,
  priceNote,
  note,
  disabled,
  checked,
  row,
  required,
  facts,
}: TileProps) {
  return (
    <label className={row ? 'tile tile-row' : 'tile'}>
      <input
        type="radio"
        name={name}
        value={value}
        disabled={disabled}
        defaultChecked={checked}
        required={required}
        {...facts}
      />
      {row ? (
        <span className="flex-1">
          <b>{title}</b>
          {note ? <small>{note}</small> : null}
        </span>
      ) : (
        <>
          <b>{title}</b>
          {note ? <small>{note}</small> : null}
        </>
      )}
      <i>
        {price}
        {priceNote ? <small>{priceNote}</small> : null}
      </i>
    </label>
  )
}
