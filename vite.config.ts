import { reactRouter } from '@react-router/dev/vite'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [tailwindcss(), reactRouter()],
  publicDir: 'web/public',
  // The enhancement script is imported as `?worker&url`: one self-contained, hashed classic script.
  worker: { format: 'iife', rolldownOptions: { output: { entryFileNames: 'assets/enhance-[hash].js' } } },
})
