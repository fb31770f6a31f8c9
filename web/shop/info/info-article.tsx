import type { InfoPage } from '../../i18n/info-texts.ts'

/** A page of plain text: a heading with a lead, then sections. */
export function InfoArticle({ info }: { info: InfoPage }) {
  return (
    <article className="wrap prose-page pt-8">
      <h1>{info.title}</h1>
      <p className="muted mt-2 max-w-2xl">{info.lead}</p>
      <div className="prose">
        {info.sections.map((section) => {
          const items = section.paragraphs.filter((text) => text.startsWith('- '))
          const paragraphs = section.paragraphs.filter((text) => !text.startsWith('- '))
          return (
            <section key={section.title}>
              <h2>{section.title}</h2>
              {items.length > 0 ? (
                <ul>
                  {items.map((text) => (
                    <li key={text}>{text.slice(2)}</li>
                  ))}
                </ul>
              ) : null}
              {paragraphs.map((text) => (
                <p key={text}>{text}</p>
              ))}
            </section>
          )
        })}
      </div>
    </article>
  )
}
